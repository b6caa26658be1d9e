/** Examples of each command of `secrets`, below its help. */
export const secretsExamples: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  status: {
    "--site dc1": "what is there and what is missing",
    "--site dc1 --service receipts --json": "of one service",
  },
  put: {
    "--site dc1 --service card-payments --key GATEWAY_API_KEY": "asks for the value",
    "--site dc1 --key registry < registry.json": "takes it from a file",
    "--site dc1 --host api.tax.example --certificate api.pem --key api.key": "a host's certificate and key",
  },
  rotate: { "--site dc1 --service receipts --key DB_PASSWORD": "a new value, and a restart" },
  rollback: { "--site dc1 --service receipts --key DB_PASSWORD --to 3": "version 3 as the newest" },
  restart: { "--site dc1 --service receipts": "pods with the newest values" },
  "set-token-reviewer": { "--site dc1 < token": "from a file that holds nothing else" },
  setup: { "--site dc1 > setup.sh": "into a file, to be read first" },
  policy: { "--site dc1": "for a deployment", "--site dc1 --for secrets": "for these commands" },
};
