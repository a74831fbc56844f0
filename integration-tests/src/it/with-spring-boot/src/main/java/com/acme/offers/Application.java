package com.acme.offers;

import dev.fermata.CapacityLimiter;
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

    /** For all calls that use the pool of the DataSource: as many as it has connections. */
    @Bean
    CapacityLimiter connections() {
        return new CapacityLimiter(10);
    }

    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }
}
