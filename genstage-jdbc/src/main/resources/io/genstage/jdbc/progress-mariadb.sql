create table if not exists genstage_progress (
	application varchar(100) not null,
	name varchar(200) not null,
	reader bigint not null,
	position_type varchar(200),
	saved_position varchar(1000),
	saved_at datetime(3),
	primary key (application, name)
) character set utf8mb4 collate utf8mb4_nopad_bin;
