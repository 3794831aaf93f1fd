//! What partner agencies hold, over the API and on its page.
use std::sync::Arc;

use cf_app::import::{Extract, PartnerProfile, Silent};

use crate::whole::rows;
use crate::{Api, json, refused};

const PROFILE: &str = "name = 'lantern'\nversion = 1\nsource_system = 'lantern'\n\
    agency = { kind = 'service', code = 'lantern', name = 'Lantern Row' }\n\
    [columns]\nentry_ref = 'ref'\nperson_ref = 'client'\ndate = 'on'\ngiven_name = 'first'\nfamily_name = 'last'\n\
    dob = 'dob'\nwords = 'words'\n[constants]\nkind = 'concern'\n";
const FILE: &str = "ref,client,on,first,last,dob,words\n\
    1,c1,2026-03-01,Ada,Invented,2011-09-01,She is streetwise.\n\
    2,c2,2026-03-02,Bo,Invented,2012-09-01,Asked for a lift home.\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_partners_records_are_listed_opened_and_named_beside_a_report() {
    let api = Api::start().await;
    let (sam, kit) = (api.test.operator().await, api.test.supervisor().await);
    let admin = api.test.administrator().await;
    let profile = PartnerProfile::from_toml(PROFILE).unwrap();
    let extract = Extract::Bytes("x.csv".into(), FILE.as_bytes().to_vec().into());
    api.test.app.import_partner(&admin.caller, &profile, &extract, Arc::new(Silent)).await.unwrap();
    api.test.app.load_matching().await.unwrap();
    // What is stored of the file is one object, as the document says.
    let counts = &rows(&api.get(&admin, "/imports").await, "imports")[0]["counts"];
    assert_eq!((&counts["rows"], &counts["children_new"]), (&json!(2), &json!(2)), "{counts}");

    let listed = rows(&api.get(&kit, "/partners?agency=lantern").await, "records");
    let names: Vec<&str> = listed.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada Invented", "Bo Invented"]);
    assert!(rows(&api.get(&kit, "/partners?agency=nobody").await, "records").is_empty());
    let path = format!("/partners/{}", listed[0]["id"].as_str().unwrap());
    let record = json(&api.get(&kit, &path).await);
    assert_eq!(record["agency"]["kind"], "service");
    assert_eq!(record["person"]["given_name"], "Ada");
    assert_eq!(
        (&record["entries"][0]["kind"], &record["entries"][0]["from"]),
        (&"concern".into(), &"2026-03-01".into())
    );

    // Not an operator's, nor an administrator's, who imported it.
    for who in [&sam, &admin] {
        refused(&api.get(who, &path).await, 403, "denied");
        refused(&api.get(who, "/partners").await, 403, "denied");
    }
    refused(&api.get(&kit, "/partners/0198a000-0000-7000-8000-00000000dead").await, 404, "not_found");

    // Beside a report an operator learns which agency, and nothing of the record.
    let said = json!({"given_name": "Ada", "family_name": "Invented", "born_on": "2011-09-01"});
    let likely = json(&api.send_new(&sam, "/reports/likely", &said).await);
    let one = &likely["partners"][0];
    assert_eq!((one["agency"]["name"].as_str(), one["partner"].is_null()), (Some("Lantern Row"), true));
    assert_eq!(one["why"], json!([]));
    assert!(!likely.to_string().contains("streetwise"));
    let opens = json(&api.send_new(&kit, "/reports/likely", &said).await);
    assert_eq!(opens["partners"][0]["partner"], listed[0]["id"]);
}
