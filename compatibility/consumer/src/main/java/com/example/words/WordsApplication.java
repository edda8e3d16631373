package com.example.words;

import io.genstage.annotation.Consumer;
import io.genstage.annotation.Producer;
import io.genstage.annotation.ProducerConsumer;
import io.genstage.source.EventQueue;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class WordsApplication {

	private final Archive archive;

	WordsApplication(Archive archive) {
		this.archive = archive;
	}

	public static void main(String[] args) {
		SpringApplication.run(WordsApplication.class, args);
	}

	@Bean
	@Producer
	static EventQueue<String> words() {
		return new EventQueue<>(10);
	}

	@ProducerConsumer(subscribeTo = "words")
	int lengths(String word) {
		return word.length();
	}

	@Consumer(subscribeTo = "lengths")
	void store(int length) {
		this.archive.store(length);
	}

}
