-- roll-ups with every number, by day, month and year, for organisations and venues

-- what stands for a person or organisation in sets; it stays for good, also through a rebuild
create table ordinal (
    number integer primary key,
    id blob not null unique
) strict;

drop table rollup;
create table rollup (
    -- a path of the organisation tree, or a tilde and a venue's id in hex
    scope text not null,
    -- 0 a day, 1 a month, 2 a year
    span integer not null,
    -- its first day
    start integer not null,
    -- activities held: what a venue counts as used by
    held integer not null,
    -- a hash of what follows: whoever has read it before need not read it again
    mark integer not null,
    figures blob not null,
    distinct_sets blob not null,
    facets blob not null
) strict;
-- rows are large, and a search among large rows reads them whole: what is looked for stands here
create index rollup_by_scope on rollup (scope, span, start, held, mark);

create index outcome_unconfirmed on outcome (organisation, day, activity)
    where waiting > 0 or disputed > 0;

-- rows of an earlier version are made anew
update meta set rebuilding = 1, derived_version = derived_version + 1;
insert or ignore into outcome_before (activity, member, revision, body)
    select activity, member, revision, body from outcome;
insert or ignore into matter_before (request, topic, revision, body)
    select request, topic, revision, body from matter;
delete from claim;
delete from plan;
delete from mark;
delete from ruling;
delete from visitor;
delete from host_key;
delete from statement;
delete from statement_topic;
delete from feedback;
delete from anomaly;
delete from activity;
delete from outcome;
delete from matter;
insert or replace into projection_queue (document, version) select number, version from document;
