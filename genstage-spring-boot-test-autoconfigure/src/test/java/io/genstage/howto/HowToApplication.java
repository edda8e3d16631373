package io.genstage.howto;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * What slices look for. It never starts as a whole: its components do different jobs.
 */
@SpringBootApplication
class HowToApplication {

}
