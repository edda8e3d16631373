CREATE TABLE IF NOT EXISTS quake (
    id          VARCHAR(64) PRIMARY KEY,
    magnitude   DOUBLE PRECISION,
    place       VARCHAR(255),
    occurred_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    type        VARCHAR(255) NOT NULL,
    network     VARCHAR(255) NOT NULL,
    longitude   DOUBLE PRECISION NOT NULL,
    latitude    DOUBLE PRECISION NOT NULL,
    depth       DOUBLE PRECISION
);

CREATE TABLE IF NOT EXISTS signed_book (
    ticket VARCHAR(9)   PRIMARY KEY,
    name   VARCHAR(255) NOT NULL
);
