-- Which entries of the access log name a record, up to the mark: filled in sorted batches behind the log, because an
-- index kept with every entry writes a page of the file for each record of each page that is shown.
create table access_of (
    record uuid not null,
    position bigint not null,
    primary key (record, position)
);

create table access_mark (
    one bigint primary key check (one = 1),
    position bigint not null
);

insert into access_of (record, position) select record, position from access_record order by record, position;
insert into access_mark (one, position) select 1, coalesce(max(position), 0) from access_record;
drop index access_record_record;
