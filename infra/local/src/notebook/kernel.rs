//! A kernel's channels: Jupyter's messages over a web socket.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::NotebookError;

const PORT: u16 = 443;
/// For one piece of code: Spark starts, and loses a worker, within a minute or two.
const RUN_LIMIT: Duration = Duration::from_mins(4);
/// Jupyter's protocol.
const VERSION: &str = "5.3";

/// The connection to one kernel.
pub(super) struct Channels {
    socket: WebSocketStream<TlsStream<TcpStream>>,
    count: u32,
}

/// Connects to a kernel that runs.
pub(super) async fn connect(
    address: &str,
    kernel: &str,
    token: &str,
    tls: &Arc<ClientConfig>,
) -> Result<Channels, NotebookError> {
    let unexpected = |_| NotebookError::Unexpected(address.to_owned());
    let stream = TcpStream::connect((address, PORT)).await?;
    let name = ServerName::try_from(address.to_owned()).map_err(unexpected)?;
    let stream = TlsConnector::from(tls.clone())
        .connect(name, stream)
        .await?;
    let url = format!("wss://{address}/api/kernels/{kernel}/channels?token={token}");
    let (socket, _) = client_async(url.into_client_request()?, stream).await?;
    Ok(Channels { socket, count: 0 })
}

impl Channels {
    /// Runs code and returns what it shows as text.
    pub(super) async fn run(&mut self, code: &str) -> Result<String, NotebookError> {
        timeout(RUN_LIMIT, self.run_to_its_end(code)).await?
    }

    async fn run_to_its_end(&mut self, code: &str) -> Result<String, NotebookError> {
        self.count += 1;
        let id = self.count.to_string();
        let request = request(&id, code);
        self.socket.send(Message::text(request.to_string())).await?;
        let mut shown = String::new();
        let mut error = None;
        while let Some(message) = self.socket.next().await {
            let Message::Text(text) = message? else {
                continue;
            };
            let said: Value = serde_json::from_str(&text)
                .map_err(|_| NotebookError::Unexpected(text.to_string()))?;
            if said["parent_header"]["msg_id"] != id.as_str() {
                continue;
            }
            let content = &said["content"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            match said["header"]["msg_type"].as_str() {
                Some("stream") if content["name"] == "stdout" => shown += &text(&content["text"]),
                Some("execute_result" | "display_data") => {
                    shown += &text(&content["data"]["text/plain"]);
                }
                Some("error") => {
                    let name = text(&content["ename"]);
                    error = Some(format!("{name}: {}", text(&content["evalue"])));
                }
                // The last of what is said about it.
                Some("status") if content["execution_state"] == "idle" => break,
                _ => {}
            }
        }
        match error {
            None => Ok(shown),
            Some(error) => Err(NotebookError::Code {
                code: code.to_owned(),
                error,
            }),
        }
    }
}

fn request(id: &str, code: &str) -> Value {
    json!({
        "channel": "shell",
        "header": {
            "msg_id": id, "msg_type": "execute_request", "version": VERSION,
            "session": "infrared", "username": "", "date": "",
        },
        "parent_header": {},
        "metadata": {},
        "content": {
            "code": code, "silent": false, "store_history": false, "user_expressions": {}, "allow_stdin": false,
        },
    })
}
