-- Times are milliseconds since 1970-01-01T00:00:00Z.
create table if not exists genstage_seen (
	application varchar(100) not null,
	link varchar(100) not null,
	event_id varchar(200) not null,
	expires_at bigint not null,
	primary key (application, link, event_id)
) character set utf8mb4 collate utf8mb4_nopad_bin;

create index if not exists genstage_seen_expired on genstage_seen (expires_at);
