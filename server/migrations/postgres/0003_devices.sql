-- what a device brought on its last day, and when a revoked one first came back
create table device_day (
    device uuid primary key references device (id),
    day integer not null,
    changes bigint not null,
    bytes bigint not null
);

alter table device add column met_at bigint;
