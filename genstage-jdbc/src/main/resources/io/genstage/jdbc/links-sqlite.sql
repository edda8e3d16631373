-- Times are milliseconds since 1970-01-01T00:00:00Z.
create table if not exists genstage_link_event (
	id integer primary key autoincrement,
	link varchar(100) not null,
	event_key varchar(200),
	payload blob,
	payload_size bigint,
	headers text not null,
	status varchar(10) not null,
	attempts integer not null,
	visible_at bigint not null,
	created_at bigint not null,
	reason varchar(1000),
	retry_note varchar(500)
);

create index if not exists genstage_link_event_order on genstage_link_event (link, status, id);
create index if not exists genstage_link_event_due on genstage_link_event (link, status, visible_at);
