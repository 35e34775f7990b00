//! The machines' only way out: to package registries, for `apt` and `pip`.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::releases;
use crate::{Error, Result};

/// Where Python's packages are.
const REGISTRIES: [&str; 2] = ["pypi.org", "files.pythonhosted.org"];
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
        let mut allowed: BTreeSet<String> = REGISTRIES.map(str::to_owned).into();
        allowed.extend(releases::hosts_of_packages());
        Self::to(allowed, gateway).await
    }

    async fn to(allowed: BTreeSet<String>, address: Ipv4Addr) -> Result<Self> {
        let doing = || "start the machines' proxy";
        let listener = TcpListener::bind((address, 0)).await;
        let listener = listener.map_err(Error::io(doing()))?;
        let address = listener.local_addr().map_err(Error::io(doing()))?;
        Ok(Self {
            url: format!("http://{address}"),
            server: tokio::spawn(serve(listener, Arc::new(Way::to(allowed)))),
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

async fn serve(listener: TcpListener, way: Arc<Way>) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let way = way.clone();
            connections.spawn(async move {
                let answer = service_fn(move |request| {
                    let way = way.clone();
                    async move { Ok::<_, Infallible>(way.answer(request).await) }
                });
                let connection = http1::Builder::new()
                    .preserve_header_case(true)
                    .serve_connection(TokioIo::new(stream), answer);
                // Whoever was interrupted sees it on its own side.
                let _ = connection.with_upgrades().await;
            });
        }
        while connections.try_join_next().is_some() {}
    }
}

/// The way out.
struct Way {
    allowed: BTreeSet<String>,
    /// Keeps connections: hundreds of small packages come one after the other.
    client: Client<HttpConnector, Incoming>,
    /// They end with it.
    tunnels: Mutex<JoinSet<()>>,
}

impl Way {
    fn to(allowed: BTreeSet<String>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_LIMIT));
        Self {
            allowed,
            client: Client::builder(TokioExecutor::new()).build(connector),
            tunnels: Mutex::default(),
        }
    }

    /// `CONNECT host:port` gets a tunnel; a method with a whole address what that address answers.
    async fn answer(&self, mut request: Request<Incoming>) -> Response<Body> {
        let host = request.uri().host();
        if !host.is_some_and(|host| self.allowed.contains(host)) {
            return refusal(StatusCode::FORBIDDEN);
        }
        if request.method() == Method::CONNECT {
            return self.tunnel(request).await;
        }
        for between_neighbours in [CONNECTION.as_str(), "proxy-connection"] {
            request.headers_mut().remove(between_neighbours);
        }
        match self.client.request(request).await {
            Ok(answer) => answer.map(Body::new),
            Err(_) => refusal(StatusCode::BAD_GATEWAY),
        }
    }

    async fn tunnel(&self, request: Request<Incoming>) -> Response<Body> {
        let target = request.uri().to_string();
        let connect = TcpStream::connect(target);
        let Ok(Ok(mut server)) = timeout(CONNECT_LIMIT, connect).await else {
            return refusal(StatusCode::BAD_GATEWAY);
        };
        let mut tunnels = self.tunnels.lock().unwrap_or_else(PoisonError::into_inner);
        while tunnels.try_join_next().is_some() {}
        tunnels.spawn(async move {
            if let Ok(client) = hyper::upgrade::on(request).await {
                let _ = copy_bidirectional(&mut TokioIo::new(client), &mut server).await;
            }
        });
        Response::new(Body::empty())
    }
}

fn refusal(status: StatusCode) -> Response<Body> {
    let mut refusal = Response::new(Body::empty());
    *refusal.status_mut() = status;
    refusal
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::extract::{ConnectInfo, OriginalUri};
    use std::net::SocketAddr;
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

    use super::*;

    /// Answers with the path it was asked for and whom it was asked by.
    async fn registry() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let echo = async |ConnectInfo(from): ConnectInfo<SocketAddr>, OriginalUri(uri)| {
            let uri: axum::http::Uri = uri;
            format!("{uri} {}", from.port())
        };
        let service = Router::new()
            .fallback(echo)
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        address
    }

    #[tokio::test]
    async fn known_hosts_are_reached_by_connections_that_stay_and_others_not() {
        let registry = registry().await;
        let allowed = BTreeSet::from([registry.ip().to_string()]);
        let proxy = Proxy::to(allowed, Ipv4Addr::LOCALHOST).await.unwrap();
        let by_proxy = reqwest::Proxy::all(proxy.url()).unwrap();
        let client = reqwest::Client::builder().proxy(by_proxy).build().unwrap();

        let get = async |url: String| client.get(url).send().await.unwrap();
        let first = get(format!("http://{registry}/a?b=c")).await;
        let first = first.text().await.unwrap();
        let (path, from) = first.split_once(' ').unwrap();
        assert_eq!(path, "/a?b=c");
        let second = get(format!("http://{registry}/d")).await;
        assert_eq!(second.text().await.unwrap(), format!("/d {from}"));

        let elsewhere = get(format!("http://localhost:{}/", registry.port())).await;
        assert_eq!(elsewhere.status(), StatusCode::FORBIDDEN);
        let gone = get(format!("http://{}:1/", registry.ip())).await;
        assert_eq!(gone.status(), StatusCode::BAD_GATEWAY);
    }

    /// The first line of the answer to `CONNECT`, and what comes through after that.
    async fn through_tunnel(proxy: &Proxy, target: &str) -> (String, String) {
        let address = proxy.url().trim_start_matches("http://");
        let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
        let asked = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n\r\n");
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut first = String::new();
        stream.read_line(&mut first).await.unwrap();
        let mut line = first.clone();
        while line != "\r\n" {
            line.clear();
            stream.read_line(&mut line).await.unwrap();
        }
        let inside = "GET /inside HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        stream.write_all(inside.as_bytes()).await.unwrap();
        let mut came = String::new();
        stream.read_to_string(&mut came).await.unwrap();
        (first.trim().to_owned(), came)
    }

    #[tokio::test]
    async fn tunnels_lead_to_known_hosts_only() {
        let registry = registry().await;
        let allowed = BTreeSet::from([registry.ip().to_string()]);
        let proxy = Proxy::to(allowed, Ipv4Addr::LOCALHOST).await.unwrap();
        let (answer, came) = through_tunnel(&proxy, &registry.to_string()).await;
        assert_eq!(answer, "HTTP/1.1 200 OK");
        assert!(came.contains("/inside "), "{came}");
        let elsewhere = format!("localhost:{}", registry.port());
        let (answer, came) = through_tunnel(&proxy, &elsewhere).await;
        assert_eq!(answer, "HTTP/1.1 403 Forbidden");
        assert!(!came.contains("/inside"), "{came}");
    }
}
