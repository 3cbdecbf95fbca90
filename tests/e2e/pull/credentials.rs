//! Whose token is sent.

use std::path::Path;

use serde_json::{Value, json};

use super::gcp::Gcp;
use super::{Pulled, assert_strict, command, entries, unpacked, values};

/// A key that was made for tests.
const PEM: &str = include_str!("../../../cli/src/tracker/github/tests/app.pkcs8.pem");

/// Pulls with a file of credentials; without one, with what the machine has.
fn pulled(folder: &Path, server: &Gcp, file: Option<&Value>) -> Pulled {
    let mut command = command(folder, server, &["--project", "shop", "-o", "x.jsonl"]);
    command.env_remove("GARDENER_GCP_TOKEN");
    match file {
        Some(file) => {
            let path = folder.join("credentials.json");
            std::fs::write(&path, file.to_string()).unwrap();
            command.env("GOOGLE_APPLICATION_CREDENTIALS", path);
        }
        None => {
            command.env("GCE_METADATA_HOST", server.address.trim_start_matches("http://"));
        }
    }
    command.output().unwrap().into()
}

fn service_account(server: &Gcp) -> Value {
    json!({
        "type": "service_account",
        "client_email": "gardener@shop.iam.gserviceaccount.com",
        "private_key_id": "k1",
        "private_key": PEM,
        "token_uri": format!("{}/token", server.address),
    })
}

fn user(server: &Gcp) -> Value {
    json!({
        "type": "authorized_user",
        "client_id": "c",
        "client_secret": "client-s3cret",
        "refresh_token": "refresh/s3cret",
        "token_uri": format!("{}/token", server.address),
    })
}

/// A server that lets nobody in who has not asked it for a token.
fn server() -> Gcp {
    let server = Gcp::new(entries(40));
    let mut world = server.world();
    world.tokens.clear();
    world.most = 10;
    drop(world);
    server
}

fn assert_all(folder: &Path, run: &Pulled, server: &Gcp) {
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(values(&unpacked(&folder.join("x.jsonl"))), entries(40));
    assert_strict(&server.world());
}

#[test]
fn a_key_of_a_service_account_and_tokens_that_end_in_the_middle() {
    let folder = tempfile::tempdir().unwrap();
    let server = server();
    server.world().uses = Some(2);
    server.world().token_faults = 1;
    let run = pulled(folder.path(), &server, Some(&service_account(&server)));
    assert_all(folder.path(), &run, &server);
    let world = server.world();
    assert_eq!(world.grants, ["urn:ietf:params:oauth:grant-type:jwt-bearer"; 3]);
    assert_eq!(world.requests.len(), 5, "the page whose token was refused was asked for twice");
}

#[test]
fn users_of_gcloud() {
    let folder = tempfile::tempdir().unwrap();
    let server = server();
    server.world().uses = Some(3);
    let run = pulled(folder.path(), &server, Some(&user(&server)));
    assert_all(folder.path(), &run, &server);
    assert_eq!(server.world().grants, ["refresh_token"; 2]);
}

/// What `gcloud auth application-default login` leaves behind a login by a workforce pool.
fn person(server: &Gcp) -> Value {
    json!({
        "type": "external_account_authorized_user",
        "audience": "//iam.googleapis.com/locations/global/workforcePools/pool/providers/provider",
        "client_id": "c",
        "client_secret": "client-s3cret",
        "refresh_token": "refresh/s3cret",
        "token_url": format!("{}/v1/oauthtoken", server.address),
        "token_info_url": format!("{}/v1/introspect", server.address),
    })
}

#[test]
fn people_of_a_workforce_pool() {
    let folder = tempfile::tempdir().unwrap();
    let server = server();
    server.world().uses = Some(3);
    let run = pulled(folder.path(), &server, Some(&person(&server)));
    assert_all(folder.path(), &run, &server);
    assert_eq!(server.world().grants, ["workforce"; 2]);
}

/// What proves who asks is in a file.
fn federation(server: &Gcp, subject: &Path) -> Value {
    json!({
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": format!("{}/token", server.address),
        "credential_source": { "file": subject },
    })
}

#[test]
fn workload_identity_federation() {
    let folder = tempfile::tempdir().unwrap();
    let server = server();
    let subject = folder.path().join("subject");
    std::fs::write(&subject, "subject-s3cret").unwrap();
    let file = federation(&server, &subject);
    let run = pulled(folder.path(), &server, Some(&file));
    assert_all(folder.path(), &run, &server);
    assert_eq!(server.world().grants, ["urn:ietf:params:oauth:grant-type:token-exchange"]);
}

/// Credentials for another account, for whoever has these.
fn standing_for(server: &Gcp, own: &Value) -> Value {
    let account = "v1/projects/-/serviceAccounts/reader@shop.iam.gserviceaccount.com:generateAccessToken";
    json!({
        "type": "impersonated_service_account",
        "service_account_impersonation_url": format!("{}/{account}", server.address),
        "source_credentials": own,
    })
}

#[test]
fn another_account_that_somebody_may_stand_for() {
    let folder = tempfile::tempdir().unwrap();
    for (own, grant) in [
        (user as fn(&Gcp) -> Value, "refresh_token"),
        (service_account, "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        (person, "workforce"),
    ] {
        let server = server();
        let run = pulled(folder.path(), &server, Some(&standing_for(&server, &own(&server))));
        assert_all(folder.path(), &run, &server);
        assert_eq!(server.world().grants, [grant, "impersonation"]);
    }
}

#[test]
fn tokens_are_asked_for_where_somebody_says_whatever_the_credentials_are() {
    let folder = tempfile::tempdir().unwrap();
    let server = server();
    let nowhere = "http://127.0.0.1:9/token";
    let elsewhere = |mut file: Value, name: &str| {
        file[name] = json!(nowhere);
        file
    };
    let own = elsewhere(user(&server), "token_uri");
    let subject = folder.path().join("subject");
    std::fs::write(&subject, "subject-s3cret").unwrap();
    let cases = [
        elsewhere(service_account(&server), "token_uri"),
        own.clone(),
        standing_for(&server, &own),
        elsewhere(person(&server), "token_url"),
        elsewhere(federation(&server, &subject), "token_url"),
    ];
    let endpoints = ["token", "token", "token", "v1/oauthtoken", "token"];
    for (number, (file, endpoint)) in cases.iter().zip(endpoints).enumerate() {
        let endpoint = format!("{}/{endpoint}", server.address);
        let path = folder.path().join("credentials.json");
        std::fs::write(&path, file.to_string()).unwrap();
        let by_option = ["--project", "shop", "-o", "x.jsonl", "--token-endpoint", &endpoint];
        let arguments = if number == 0 { &by_option[..] } else { &by_option[..4] };
        let mut command = command(folder.path(), &server, arguments);
        command.env_remove("GARDENER_GCP_TOKEN").env("GOOGLE_APPLICATION_CREDENTIALS", path);
        // What is said on the command line counts.
        command.env("GARDENER_TOKEN_ENDPOINT", if number == 0 { nowhere } else { &endpoint });
        let run = command.output().unwrap().into();
        assert_all(folder.path(), &run, &server);
        let mut world = server.world();
        world.tokens.clear();
        world.requests.clear();
    }
    let run: Pulled = command(folder.path(), &server, &["--project", "shop", "--token-endpoint", "ftp://x/"])
        .env_remove("GARDENER_GCP_TOKEN")
        .env("GOOGLE_APPLICATION_CREDENTIALS", folder.path().join("credentials.json"))
        .output()
        .unwrap()
        .into();
    assert!(run.code == 2 && run.stderr.contains("the token endpoint `ftp://x/`"), "{}", run.stderr);
}

#[test]
fn what_a_token_endpoint_says_is_told_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let server = server();
    let subject = folder.path().join("subject");
    std::fs::write(&subject, "other").unwrap();
    let run = pulled(folder.path(), &server, Some(&federation(&server, &subject)));
    assert!(run.code == 7 && run.stderr.contains("Invalid JWT Signature."), "{}", run.stderr);
    let mut nowhere = federation(&server, &subject);
    nowhere["token_url"] = json!("http://127.0.0.1:9/token");
    let run = pulled(folder.path(), &server, Some(&nowhere));
    assert!(run.code == 7 && run.stderr.contains("Connection refused"), "{}", run.stderr);
    let gone = federation(&server, &folder.path().join("none"));
    let run = pulled(folder.path(), &server, Some(&gone));
    assert!(run.code == 7 && run.stderr.contains("No such file"), "{}", run.stderr);
    let mut other = standing_for(&server, &user(&server));
    other["service_account_impersonation_url"] = json!(format!("{}/token", server.address));
    let run = pulled(folder.path(), &server, Some(&other));
    assert!(run.code == 7 && run.stderr.contains("It is no form."), "{}", run.stderr);
}

#[test]
fn the_machines_own() {
    let folder = tempfile::tempdir().unwrap();
    let server = server();
    let run = pulled(folder.path(), &server, None);
    assert_all(folder.path(), &run, &server);
    assert_eq!(server.world().grants, ["metadata"]);
}

#[test]
fn a_variable_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let server = server();
    server.world().tokens.push("named-s3cret".to_owned());
    let arguments = ["--project", "shop", "-o", "x.jsonl", "--token-env", "MY_TOKEN"];
    let run: Pulled = command(folder.path(), &server, &arguments).output().unwrap().into();
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("`MY_TOKEN`"), "{}", run.stderr);
    let run = command(folder.path(), &server, &arguments).env("MY_TOKEN", "named-s3cret\n").output().unwrap().into();
    assert_all(folder.path(), &run, &server);
}

#[test]
fn credentials_that_are_none_are_told_without_what_they_hold() {
    let folder = tempfile::tempdir().unwrap();
    let server = server();
    let mut wrong_key = service_account(&server);
    wrong_key["private_key"] = json!("-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n");
    let mut user = user(&server);
    user["refresh_token"] = json!("old-s3cret");
    let mut gone = person(&server);
    gone["refresh_token"] = json!("old-s3cret");
    let mut stranger = person(&server);
    stranger["client_secret"] = json!("other-s3cret");
    let mut nobody = person(&server);
    nobody.as_object_mut().unwrap().remove("refresh_token");
    let cases = [
        (wrong_key, 2, "is no RSA key in PEM"),
        (json!({ "type": "magic", "private_key": "s3cret" }), 2, "`magic`"),
        (json!({ "private_key": "s3cret" }), 2, "has no `type`"),
        (user, 7, "there is no token for Cloud Logging: the token endpoint 127.0.0.1 answered HTTP 400 invalid_grant"),
        (gone, 7, "gcloud auth application-default login"),
        (stranger, 7, "invalid_client: The client is not known."),
        (nobody, 2, "a workforce pool have no `refresh_token`"),
    ];
    for (file, code, said) in cases {
        let run = pulled(folder.path(), &server, Some(&file));
        assert_eq!(run.code, code, "{}", run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    assert_eq!(server.world().requests.len(), 0);
}
