-- photos of services: apart from the documents, in the parts in which they come
create table photo (
    hash bytea primary key,
    bytes bigint not null,
    device uuid not null references device (id),
    day integer not null,
    received bigint not null default 0,
    whole integer not null default 0
);
create index photo_by_device_day on photo (device, day);

create table photo_part (
    hash bytea not null references photo (hash),
    start bigint not null,
    data bytea not null,
    primary key (hash, start)
);

-- the photo that a service shows
alter table matter add column photo bytea;
create index matter_by_photo on matter (photo) where photo is not null;
