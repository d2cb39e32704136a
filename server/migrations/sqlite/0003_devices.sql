-- what a device brought on its last day, and when a revoked one first came back
create table device_day (
    device blob primary key references device (id),
    day integer not null,
    changes integer not null,
    bytes integer not null
) strict, without rowid;

alter table device add column met_at integer;
