package com.acme.offers;

public record Offer(String item, int price) {}
