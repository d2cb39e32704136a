-- many changes as one snapshot; the changes that it replaces stay for a while
create table snapshot (
    document uuid primary key references document (id),
    version bigint not null,
    bytes bytea not null
);
alter table snapshot alter column bytes set storage external;

alter table document add column compacted bigint not null default 0;

alter table change add column replaced_at bigint;
create index change_by_replacement on change (replaced_at) where replaced_at is not null;
