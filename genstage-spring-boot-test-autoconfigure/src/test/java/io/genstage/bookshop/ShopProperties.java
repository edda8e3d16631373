package io.genstage.bookshop;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration of the application.
 *
 * @param name Name of the shop.
 */
@ConfigurationProperties("shop")
record ShopProperties(String name) {
}
