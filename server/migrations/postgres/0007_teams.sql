-- who is in a team, beside the home branch
create table membership (
    member uuid not null references member (id),
    organisation uuid not null references organisation (id),
    primary key (member, organisation)
);
create index membership_by_organisation on membership (organisation);

-- the organisation that one went into
alter table organisation add column successor uuid references organisation (id);
create index organisation_by_successor on organisation (successor) where successor is not null;
