-- photos of services: apart from the documents, in the parts in which they come
create table photo (
    hash blob primary key,
    bytes integer not null,
    device blob not null references device (id),
    day integer not null,
    received integer not null default 0,
    whole integer not null default 0
) strict, without rowid;
create index photo_by_device_day on photo (device, day);

create table photo_part (
    hash blob not null references photo (hash),
    start integer not null,
    data blob not null,
    primary key (hash, start)
) strict;

-- the photo that a service shows
alter table matter add column photo blob;
create index matter_by_photo on matter (photo) where photo is not null;
