package com.acme.offers;

import dev.fermata.LoopThread;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class Application {
    @Bean
    LoopThread loopThread() {
        return LoopThread.start("offers"); // Spring calls close() when the application ends
    }

    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }
}
