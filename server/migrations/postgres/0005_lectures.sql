-- what lectures need beside claims, plans and marks: rulings, visitors, devices that show codes
create table ruling (
    document uuid not null references document (id),
    id uuid not null,
    activity uuid not null,
    member uuid not null,
    body bytea not null,
    primary key (document, id)
);
create index ruling_by_fact on ruling (activity, member);

create table visitor (
    document uuid not null references document (id),
    id uuid not null,
    activity uuid not null,
    body bytea not null,
    primary key (document, id)
);
create index visitor_by_activity on visitor (activity);

create table host_key (
    document uuid not null references document (id),
    id uuid not null,
    organisation uuid not null,
    device uuid not null,
    body bytea not null,
    primary key (document, id)
);
create index host_key_by_organisation on host_key (organisation);
create index host_key_by_device on host_key (device);

-- the device whose code a check-in rests on
alter table claim add column host uuid;
create index claim_by_host on claim (host) where host is not null;

-- when changes arrived that a snapshot has replaced for good: the grade of a scan depends on it
create table receipt (
    document uuid not null references document (id),
    hash bytea not null,
    received_at bigint not null,
    primary key (document, hash)
);

-- rows of an earlier version are made anew
update meta set rebuilding = 1, derived_version = derived_version + 1;
insert into outcome_before (activity, member, revision, body)
    select activity, member, revision, body from outcome on conflict do nothing;
delete from claim;
delete from plan;
delete from mark;
delete from feedback;
delete from anomaly;
delete from activity;
delete from outcome;
delete from rollup;
insert into projection_queue (document, version) select id, version from document order by id
    on conflict (document) do update
    set version = greatest(projection_queue.version, excluded.version);
