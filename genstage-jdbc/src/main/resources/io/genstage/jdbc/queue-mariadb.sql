-- Times are milliseconds since 1970-01-01T00:00:00Z.
create table if not exists genstage_work (
	id bigint not null auto_increment primary key,
	queue varchar(100) not null,
	event_key varchar(200),
	event_type varchar(300) not null,
	content_type varchar(100) not null,
	payload longblob not null,
	payload_size bigint not null,
	status varchar(10) not null,
	attempts integer not null,
	epoch bigint not null,
	visible_at bigint not null,
	sent_at bigint not null,
	reason varchar(1000),
	retry_note varchar(500)
) character set utf8mb4 collate utf8mb4_nopad_bin;

create index if not exists genstage_work_order on genstage_work (queue, status, id);
create index if not exists genstage_work_key on genstage_work (queue, event_key, status, id);

create table if not exists genstage_work_queue (
	queue varchar(100) not null primary key,
	claims bigint not null
) character set utf8mb4 collate utf8mb4_nopad_bin;
