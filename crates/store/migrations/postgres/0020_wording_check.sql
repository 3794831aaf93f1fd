-- What the wording rules found in each recorded entry, as counts: written with the entry, never rewritten. No text.
create table wording_check (
    stream uuid not null,
    version bigint not null,
    kind text not null,
    month bigint not null,
    at bigint not null,
    role text not null,
    team uuid not null,
    imported bigint not null,
    rules text not null,
    blaming bigint not null,
    advisory bigint not null,
    kept bigint not null,
    found text not null,
    primary key (stream, version)
);
create index wording_check_month on wording_check (month, role, team);
create index wording_check_blaming on wording_check (at) where blaming > 0;
