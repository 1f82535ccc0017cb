//! A world of desk phones: who is there, and what is known of their PINs.

use super::{Run, World};

impl World {
    /// A store from the template phone-system, with nobody in it.
    pub(crate) fn with_phone_system() -> Self {
        let world = Self::fresh();
        world.admit(["init", "--template", "phone-system"]).assert_code(0);
        world
    }

    /// Whether a text stands in the store's files in the clear, its log included.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let directory = self.store_path().parent().unwrap().to_owned();
        std::fs::read_dir(directory).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }

    /// Tries a PIN.
    pub(crate) fn try_pin(&self, user: &str, pin: &str) -> Run {
        self.admit_with(pin, ["pin", "verify", user, "--format=csv", "--fields=right,reason"])
    }
}

impl Run {
    /// The same text with drawn PINs replaced, wherever digits stand alone.
    pub(crate) fn without_pins(&self) -> String {
        let pins = regex_lite::Regex::new(r"\b[0-9]{6}\b").unwrap();
        pins.replace_all(&self.to_string(), "[PIN.]").into_owned()
    }

    /// The PINs in the answer, which is JSON lines.
    pub(crate) fn pins(&self) -> Vec<String> {
        let pin = |line: &str| -> Option<String> {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            Some(row["pin"].as_str()?.to_owned())
        };
        self.lines().into_iter().filter_map(pin).collect()
    }
}
