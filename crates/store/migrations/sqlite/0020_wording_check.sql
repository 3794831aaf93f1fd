-- What the wording rules found in each recorded entry, as counts: written with the entry, never rewritten. No text.
create table wording_check (
    stream blob not null,
    version integer not null,
    kind text not null,
    month integer not null,
    at integer not null,
    role text not null,
    team blob not null,
    imported integer not null,
    rules text not null,
    blaming integer not null,
    advisory integer not null,
    kept integer not null,
    found text not null,
    primary key (stream, version)
) strict, without rowid;
create index wording_check_month on wording_check (month, role, team);
create index wording_check_blaming on wording_check (at) where blaming > 0;
