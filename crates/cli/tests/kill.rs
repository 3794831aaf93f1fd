//! Kills the real server at random moments under load: everything it confirmed is there afterwards, and whole.
//!
//! Writers sign in over HTTP, so each round is a new process on the old file. Five rounds in the suite;
//! `CHILDFIRST_KILL_ROUNDS=50` for more.
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const BINARY: &str = env!("CARGO_BIN_EXE_childfirst");
const PASSWORD: &str = "three words apart";
const WRITERS: usize = 4;

fn childfirst(url: &str, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args(args)
        .args(["--database", url])
        .env_remove("CHILDFIRST_KEYS")
        .env_remove("CHILDFIRST_DATABASE");
    command
}

fn start(url: &str) -> (Child, SocketAddr) {
    let mut server = childfirst(url, &["serve", "--listen", "127.0.0.1:0", "--insecure-cookies"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address =
        line.trim().strip_prefix("childfirst is ready at http://").unwrap_or_else(|| panic!("{line:?}"));
    (server, address.parse().unwrap())
}

/// One request on a connection of its own; the whole answer, or nothing when the server died on the way.
fn post(address: SocketAddr, path: &str, cookie: &str, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\nsec-fetch-site: same-origin\r\n\
         cookie: {cookie}\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.contains("\r\n\r\n").then_some(answer)
}

/// Signs in again and again: each success is a session stored and an entry in the access log. Gives the confirmed cookies.
fn write_until(stop: &AtomicBool, address: SocketAddr, login: &str) -> Vec<String> {
    let mut confirmed = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let body = format!("login={login}&password={}", PASSWORD.replace(' ', "+"));
        let Some(answer) = post(address, "/sign-in", "", &body) else { continue };
        let cookie = answer
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "))
            .unwrap_or_else(|| panic!("not signed in: {answer}"));
        confirmed.push(cookie.split(';').next().unwrap().to_owned());
    }
    confirmed
}

fn get_is_signed_in(address: SocketAddr, cookie: &str) -> bool {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().any(|line| line == "location: /board")
}

fn verify(url: &str) -> (i32, String) {
    let output = childfirst(url, &["verify", "--rows"]).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

fn add_accounts(url: &str) {
    for writer in 0..WRITERS {
        let mut add = childfirst(url, &["user"])
            .args(["add", "--role", "operator", &format!("writer{writer}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        add.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        assert!(add.wait().unwrap().success());
    }
}

#[test]
fn what_was_confirmed_survives_kill_nine() {
    let rounds = std::env::var("CHILDFIRST_KILL_ROUNDS").map_or(5, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("record.db").display());
    add_accounts(&url);
    let mut total = 0;
    for round in 0_u64..rounds {
        let (mut server, address) = start(&url);
        let stop = AtomicBool::new(false);
        let confirmed: Vec<String> = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let stop = &stop;
                    scope.spawn(move || write_until(stop, address, &format!("writer{writer}")))
                })
                .collect();
            // Spread over moments without a pattern; SIGKILL gives the server no chance to finish anything.
            std::thread::sleep(Duration::from_millis(300 + round * 7_919 % 700));
            server.kill().unwrap();
            server.wait().unwrap();
            stop.store(true, Ordering::Relaxed);
            writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
        });
        let (code, says) = verify(&url);
        assert_eq!(code, 0, "round {round}: {says}");
        let (mut server, address) = start(&url);
        for cookie in &confirmed {
            assert!(get_is_signed_in(address, cookie), "round {round}: a confirmed session is lost");
        }
        server.kill().unwrap();
        server.wait().unwrap();
        total += confirmed.len();
    }
    eprintln!("{rounds} rounds, {total} confirmed commands, none lost");
    assert!(total > 0, "the load never reached the server");
    assert_eq!(verify(&url).0, 0);
    a_flipped_byte_is_named(folder.path());
}

/// Changes one byte of an entry in a copy of the file.
fn a_flipped_byte_is_named(folder: &Path) {
    let copy = folder.join("copy.db");
    // `verify` closed the record, so that everything is in the one file.
    std::fs::copy(folder.join("record.db"), &copy).unwrap();
    let keys = folder.join("record.db.keys");
    let mut bytes = std::fs::read(&copy).unwrap();
    let needle = b"purpose running the service";
    let at = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
    bytes[at + 8] = b'R';
    std::fs::write(&copy, bytes).unwrap();
    let url = format!("sqlite://{}", copy.display());
    let output = childfirst(&url, &["verify"]).arg("--keys").arg(&keys).output().unwrap();
    let says =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{says}");
    assert!(says.contains("access log, entry"), "{says}");
}
