//! The service as its users meet it: started, signed in to, asked for pages over its own connections.
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::{Bench, PASSWORD, cpu_seconds, memory_kb};

/// The running service.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) started: Duration,
    pub(crate) cookie: String,
}

impl Server {
    pub(crate) fn start(bench: &Bench, words: &[&str]) -> Result<Self> {
        let begin = Instant::now();
        let mut child = bench
            .childfirst(&["serve", "--listen", "127.0.0.1:0", "--insecure-cookies"])
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let address = line.trim().rsplit('/').next().unwrap_or_default().parse().context(line.clone())?;
        let mut server = Self { child, address, started: Duration::ZERO, cookie: String::new() };
        let mut wire = Wire::open(address)?;
        wire.get("/sign-in", "")?;
        server.started = begin.elapsed();
        Ok(server)
    }

    pub(crate) fn sign_in(&mut self) -> Result<()> {
        let address = self.address;
        let mut wire = Wire::open(address)?;
        let form = format!("login=bench&password={}&then=/board", PASSWORD.replace(' ', "+"));
        let answer = wire.send(&format!(
            "POST /sign-in HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len()
        ))?;
        let cookie = answer.head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.with_context(|| format!("no session: {}", answer.head))?;
        cookie.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        Ok(())
    }

    /// Waits until it takes less than a tenth of a core for three seconds; says how long that took.
    pub(crate) fn calm(&self, most: Duration) -> Result<Duration> {
        let begin = Instant::now();
        let (mut before, mut quiet) = (self.cpu_seconds()?, 0);
        while quiet < 3 && begin.elapsed() < most {
            std::thread::sleep(Duration::from_secs(1));
            let now = self.cpu_seconds()?;
            quiet = if now - before < 0.1 { quiet + 1 } else { 0 };
            before = now;
        }
        Ok(begin.elapsed())
    }

    pub(crate) fn memory(&self) -> Result<u64> {
        Ok(memory_kb(self.child.id(), "VmRSS").context("no memory")? / 1024)
    }

    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        cpu_seconds(&format!("/proc/{}/stat", self.child.id()), 11)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One connection that stays open.
pub(crate) struct Wire(BufReader<TcpStream>, SocketAddr);

pub(crate) struct Answer {
    pub(crate) head: String,
    body: String,
}

impl Wire {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream), address))
    }

    pub(crate) fn get(&mut self, path: &str, cookie: &str) -> Result<String> {
        let host = self.1;
        let answer =
            self.send(&format!("GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n\r\n"))?;
        if !answer.head.starts_with("HTTP/1.1 200") {
            bail!("{path}: {}", answer.head);
        }
        Ok(answer.body)
    }

    pub(crate) fn send(&mut self, request: &str) -> Result<Answer> {
        self.0.get_mut().write_all(request.as_bytes())?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head)? == 0 {
                bail!("the connection was closed");
            }
        }
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let mut body = Vec::new();
        if let Some(length) = header("content-length:") {
            body.resize(length.parse()?, 0);
            self.0.read_exact(&mut body)?;
        } else if header("transfer-encoding:") == Some("chunked") {
            loop {
                let mut line = String::new();
                self.0.read_line(&mut line)?;
                let length = usize::from_str_radix(line.trim(), 16)?;
                let before = body.len();
                body.resize(before + length + 2, 0);
                self.0.read_exact(&mut body[before..])?;
                body.truncate(before + length);
                if length == 0 {
                    break;
                }
            }
        }
        Ok(Answer { head, body: String::from_utf8(body)? })
    }
}
