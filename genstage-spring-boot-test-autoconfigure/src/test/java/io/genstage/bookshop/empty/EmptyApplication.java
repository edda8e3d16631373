package io.genstage.bookshop.empty;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application without stages.
 */
@SpringBootApplication
public class EmptyApplication {

}
