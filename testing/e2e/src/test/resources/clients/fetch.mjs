const reply = await fetch(process.argv[2], { headers: { authorization: `Bearer ${process.env.GITHUB_TOKEN}` } });
console.log(reply.status, await reply.text());
