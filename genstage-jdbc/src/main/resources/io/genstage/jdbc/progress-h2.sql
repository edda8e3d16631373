create table if not exists genstage_progress (
	application varchar(100) not null,
	name varchar(200) not null,
	reader bigint not null,
	position_type varchar(200),
	saved_position varchar(1000),
	saved_at timestamp with time zone,
	primary key (application, name)
);
