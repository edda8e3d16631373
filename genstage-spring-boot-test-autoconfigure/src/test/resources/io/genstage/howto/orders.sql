create table orders (
  id bigint primary key,
  customer varchar(100) not null,
  amount int not null check (amount > 0),
  created_at timestamp with time zone default current_timestamp
);
