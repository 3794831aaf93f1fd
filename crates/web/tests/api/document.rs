//! The OpenAPI document: whole, and the same as what is there.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Api, schema};

fn references(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                into.push(reference.clone());
            }
            object.values().for_each(|value| references(value, into));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, into)),
        _ => {}
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document = Api::start().await.document;
    let mut all = Vec::new();
    references(&document, &mut all);
    assert!(all.len() > 100, "{}", all.len());
    for reference in &all {
        assert!(schema::resolve(&document, reference).is_some(), "{reference}");
    }
    let used: BTreeSet<_> = all.iter().filter_map(|reference| reference.rsplit('/').next()).collect();
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(used.contains(name.as_str()), "{name} is used nowhere");
    }
}

#[tokio::test]
async fn every_operation_says_all_that_a_program_needs() {
    let document = Api::start().await.document;
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    let mut count = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            count += 1;
            let what = format!("{method} {path}");
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{what}: operationId");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{what}: summary");
            let params = operation["parameters"].as_array().unwrap();
            let in_path = params.iter().filter(|param| param["in"] == "path").count();
            assert_eq!(in_path, path.matches('{').count(), "{what}: parameters of the path");
            let responses = operation["responses"].as_object().unwrap();
            let good = responses.keys().filter(|status| status.starts_with('2')).count();
            assert_eq!(good, 1, "{what}: one answer when all is well");
            assert!(responses.contains_key("422") && responses.contains_key("500"), "{what}");
            if let Some(body) = operation.get("requestBody") {
                let schema = &body["content"]["application/json"]["schema"];
                let found = schema::problems(&document, schema, &schema["example"], "example");
                assert!(found.is_empty(), "{what}: its own example does not fit: {found:#?}");
            }
        }
    }
    assert!(count > 60, "{count}");
}

#[tokio::test]
async fn the_document_is_the_one_we_looked_at() {
    let document = Api::start().await.document;
    let mut text = String::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let answers =
                operation["responses"].as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
            text += &format!("{} {path}: {} [{answers}]\n", method.to_uppercase(), operation["summary"]);
        }
    }
    insta::assert_snapshot!("openapi_paths", text);
    insta::assert_json_snapshot!("openapi_schemas", document["components"]["schemas"]);
    let grade = &document["paths"]["/api/v1/incidents/{id}/acts/grade"]["post"];
    insta::assert_json_snapshot!("openapi_grade", grade);
}
