//! The machines' only way out: to package registries, for `apt` and `pip`.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::releases;
use crate::{Error, Result};

/// Where Python's packages are.
const REGISTRIES: [&str; 2] = ["pypi.org", "files.pythonhosted.org"];
const HTTP_PORT: u16 = 80;
/// A request's head; package managers send a few hundred bytes.
const HEAD_LIMIT_BYTES: u64 = 16 * 1024;
const HEAD_LIMIT: Duration = Duration::from_secs(10);
const CONNECT_LIMIT: Duration = Duration::from_secs(20);

/// A running proxy; it stops when dropped.
#[derive(Debug)]
pub(super) struct Proxy {
    url: String,
    server: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free port of the host's address on the bridge.
    pub(super) async fn start(gateway: Ipv4Addr) -> Result<Self> {
        let doing = || "start the machines' proxy";
        let listener = TcpListener::bind((gateway, 0))
            .await
            .map_err(Error::io(doing()))?;
        let address = listener.local_addr().map_err(Error::io(doing()))?;
        let mut allowed: BTreeSet<String> = REGISTRIES.map(str::to_owned).into();
        allowed.extend(releases::hosts_of_packages());
        Ok(Self {
            url: format!("http://{address}"),
            server: tokio::spawn(serve(listener, Arc::new(allowed))),
        })
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, allowed: Arc<BTreeSet<String>>) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let allowed = allowed.clone();
            connections.spawn(async move {
                // Whoever was interrupted sees it on its own side.
                let _ = pass(stream, &allowed).await;
            });
        }
        while connections.try_join_next().is_some() {}
    }
}

/// Where a request goes, and how it begins there.
struct Way {
    host: String,
    port: u16,
    /// The rewritten head; none for a tunnel.
    head: Option<String>,
}

async fn pass(stream: TcpStream, allowed: &BTreeSet<String>) -> std::io::Result<()> {
    let mut client = BufReader::new(stream);
    let head = timeout(HEAD_LIMIT, read_head(&mut client)).await??;
    let Some(way) = way(&head).filter(|way| allowed.contains(&way.host)) else {
        let refusal = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        return client.write_all(refusal.as_bytes()).await;
    };
    let connect = TcpStream::connect((way.host.as_str(), way.port));
    let Ok(Ok(mut server)) = timeout(CONNECT_LIMIT, connect).await else {
        let refusal = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        return client.write_all(refusal.as_bytes()).await;
    };
    match way.head {
        Some(head) => server.write_all(head.as_bytes()).await?,
        None => client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?,
    }
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

async fn read_head(client: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut head = String::new();
    let mut limited = client.take(HEAD_LIMIT_BYTES);
    while limited.read_line(&mut head).await? > 0 {
        if head.ends_with("\r\n\r\n") {
            break;
        }
    }
    Ok(head)
}

/// Reads a proxy's request: `CONNECT host:port`, or a method with a whole address, which the server gets as a path. A
/// connection carries one request, so that the next one is looked at as well.
fn way(head: &str) -> Option<Way> {
    let (first, headers) = head.split_once("\r\n")?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    if method == "CONNECT" {
        let (host, port) = target.rsplit_once(':')?;
        return Some(Way {
            host: host.to_owned(),
            port: port.parse().ok()?,
            head: None,
        });
    }
    let rest = target.strip_prefix("http://")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (authority, HTTP_PORT),
    };
    let kept: String = headers
        .split_inclusive("\r\n")
        .filter(|line| {
            let name = line.split(':').next().unwrap_or_default();
            !["connection", "proxy-connection"].contains(&name.to_ascii_lowercase().as_str())
        })
        .collect();
    Some(Way {
        host: host.to_owned(),
        port,
        head: Some(format!(
            "{method} /{path} HTTP/1.1\r\nconnection: close\r\n{kept}"
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_sent_on_as_a_path_and_for_one_answer_only() {
        let head = "GET http://deb.debian.org/debian/x HTTP/1.1\r\nHost: deb.debian.org\r\nConnection: keep-alive\r\n\r\n";
        let plain = way(head).unwrap();
        assert_eq!((plain.host.as_str(), plain.port), ("deb.debian.org", 80));
        assert_eq!(
            plain.head.unwrap(),
            "GET /debian/x HTTP/1.1\r\nconnection: close\r\nHost: deb.debian.org\r\n\r\n"
        );
        let tunnel = way("CONNECT pypi.org:443 HTTP/1.1\r\n\r\n").unwrap();
        assert_eq!((tunnel.host.as_str(), tunnel.port), ("pypi.org", 443));
        assert!(tunnel.head.is_none());
        assert!(way("GET /path HTTP/1.1\r\n\r\n").is_none());
        assert!(way("").is_none());
    }
}
