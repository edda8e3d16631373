-- Times are milliseconds since 1970-01-01T00:00:00Z.
create table if not exists genstage_link_event (
	id bigint not null auto_increment primary key,
	link varchar(100) not null,
	event_key varchar(200),
	payload longblob,
	payload_size bigint,
	headers longtext not null,
	status varchar(10) not null,
	attempts integer not null,
	visible_at bigint not null,
	created_at bigint not null,
	reason varchar(1000),
	retry_note varchar(500)
) character set utf8mb4 collate utf8mb4_nopad_bin;

create index if not exists genstage_link_event_order on genstage_link_event (link, status, id);
create index if not exists genstage_link_event_due on genstage_link_event (link, status, visible_at);
