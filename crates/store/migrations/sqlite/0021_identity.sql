-- Who somebody is at their force's own identity provider: its issuer, a space, its subject. One account each.
alter table account add column identity text;
create unique index account_identity on account (identity);
