-- Times are milliseconds since 1970-01-01T00:00:00Z.
create table if not exists genstage_dead_letter (
	position bigint not null auto_increment primary key,
	id varchar(36) not null unique,
	application varchar(100) not null,
	stage varchar(200) not null,
	source varchar(200),
	event_key varchar(200),
	event_type varchar(300) not null,
	content_type varchar(100) not null,
	payload longblob not null,
	status varchar(10) not null,
	attempts integer not null,
	replays integer not null,
	cause_type varchar(300),
	cause_message varchar(1000),
	batch_id varchar(36),
	reason varchar(1000),
	first_failed_at bigint not null,
	last_failed_at bigint not null,
	claimed_by varchar(36),
	claimed_until bigint
) character set utf8mb4 collate utf8mb4_nopad_bin;

create index if not exists genstage_dead_letter_status on genstage_dead_letter (application, status, position);
create index if not exists genstage_dead_letter_stage on genstage_dead_letter (application, stage, status, position);
create index if not exists genstage_dead_letter_cause on genstage_dead_letter (application, cause_type, status, position);
create index if not exists genstage_dead_letter_key on genstage_dead_letter (application, stage, event_key, status, position);
create index if not exists genstage_dead_letter_batch on genstage_dead_letter (batch_id);
create index if not exists genstage_dead_letter_claim on genstage_dead_letter (application, claimed_until);
create index if not exists genstage_dead_letter_first on genstage_dead_letter (application, status, first_failed_at);
create index if not exists genstage_dead_letter_last on genstage_dead_letter (application, last_failed_at);

create table if not exists genstage_dead_letter_count (
	application varchar(100) not null,
	stage varchar(200) not null,
	cause_type varchar(300) not null,
	status varchar(10) not null,
	letters bigint not null,
	changes bigint not null,
	primary key (application, stage, cause_type, status)
) character set utf8mb4 collate utf8mb4_nopad_bin;
