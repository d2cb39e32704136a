-- what lectures need beside claims, plans and marks: rulings, visitors, devices that show codes
create table ruling (
    document integer not null references document (number),
    id blob not null,
    activity blob not null,
    member blob not null,
    body blob not null,
    primary key (document, id)
) strict, without rowid;
create index ruling_by_fact on ruling (activity, member);

create table visitor (
    document integer not null references document (number),
    id blob not null,
    activity blob not null,
    body blob not null,
    primary key (document, id)
) strict, without rowid;
create index visitor_by_activity on visitor (activity);

create table host_key (
    document integer not null references document (number),
    id blob not null,
    organisation blob not null,
    device blob not null,
    body blob not null,
    primary key (document, id)
) strict, without rowid;
create index host_key_by_organisation on host_key (organisation);
create index host_key_by_device on host_key (device);

-- the device whose code a check-in rests on
alter table claim add column host blob;
create index claim_by_host on claim (host) where host is not null;

-- when changes arrived that a snapshot has replaced for good: the grade of a scan depends on it
create table receipt (
    document integer not null references document (number),
    hash blob not null,
    received_at integer not null,
    primary key (document, hash)
) strict, without rowid;

-- rows of an earlier version are made anew
update meta set rebuilding = 1, derived_version = derived_version + 1;
insert or ignore into outcome_before (activity, member, revision, body)
    select activity, member, revision, body from outcome;
delete from claim;
delete from plan;
delete from mark;
delete from feedback;
delete from anomaly;
delete from activity;
delete from outcome;
delete from rollup;
insert or replace into projection_queue (document, version) select number, version from document;
