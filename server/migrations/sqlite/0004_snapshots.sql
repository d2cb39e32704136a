-- many changes as one snapshot; the changes that it replaces stay for a while
create table snapshot (
    document integer primary key references document (number),
    version integer not null,
    bytes blob not null
) strict;

alter table document add column compacted integer not null default 0;

alter table change add column replaced_at integer;
create index change_by_replacement on change (replaced_at) where replaced_at is not null;
