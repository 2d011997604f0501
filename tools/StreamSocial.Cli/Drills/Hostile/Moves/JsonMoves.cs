using System.Net.Http.Headers;
using System.Text;

namespace StreamSocial.Cli.Drills.Hostile.Moves;

/// <summary>Bodies that are no JSON, or JSON that says nothing legal.</summary>
internal static class JsonMoves
{
    private const string Family = "malformed JSON";

    /// <summary>Damaged copies of each valid body.</summary>
    private const int Mutations = 24;

    private static readonly (string Path, string Valid)[] Operations =
    [
        ("/v1/actions", """{"actionId":"hostile-1","type":"like","userId":"hostile-7","contentId":"hostile-c"}"""),
        ("/v1/interactions", """{"interactionId":"hostile-1","type":"view","userId":"hostile-7","contentId":"hostile-c"}"""),
        ("/v1/feeds:batchGet", """{"users":["hostile-7","hostile-8"],"limit":3}"""),
        ("/v1/content:batchGetStats", """{"contents":["hostile-c"]}"""),
    ];

    /// <summary>What no operation takes.</summary>
    private static readonly (string Name, byte[] Body)[] Never =
    [
        ("nothing", []),
        ("spaces", "   "u8.ToArray()),
        ("an open object", "{"u8.ToArray()),
        ("an open array", "["u8.ToArray()),
        ("an open string", "\"x"u8.ToArray()),
        ("null", "null"u8.ToArray()),
        ("true", "true"u8.ToArray()),
        ("a number", "17"u8.ToArray()),
        ("a string", "\"x\""u8.ToArray()),
        ("an array of null", "[null]"u8.ToArray()),
        ("an array of numbers", "[1,2]"u8.ToArray()),
        ("arrays in arrays", "[[[]]]"u8.ToArray()),
        ("NaN", "{\"userId\":NaN}"u8.ToArray()),
        ("a comment", "{/* x */}"u8.ToArray()),
        ("single quotes", "{'userId':'x'}"u8.ToArray()),
        ("a trailing comma", "{\"userId\":\"x\",}"u8.ToArray()),
        ("two documents", "{}{}"u8.ToArray()),
        ("invalid UTF-8", [.. "{\"userId\":\""u8, 0xC3, 0x28, .. "\"}"u8]),
        ("zeros", new byte[64]),
        ("ten thousand open arrays", Encoding.ASCII.GetBytes(new string('[', 10_000))),
        ("ten thousand open objects", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)))),
        ("a lone surrogate", "{\"userId\":\"\\ud800\",\"users\":[\"\\ud800\"],\"contents\":[\"\\ud800\"]}"u8.ToArray()),
    ];

    public static IEnumerable<HostileMove> Create(Random random)
    {
        foreach (var (path, valid) in Operations)
        {
            foreach (var (name, body) in Never)
                yield return Move(path, name, body, [400, 413]);
            for (var i = 0; i < Mutations; i++)
            {
                var (name, body) = Mutate(Encoding.UTF8.GetBytes(valid), random);
                // A flipped bit may leave a valid body, of a user that nobody follows.
                yield return Move(path, name, body, [400, 413, 422, 200, 202]);
            }
            yield return Move(path, "a body of 40 MB", Large(40_000_000), [413, Answers.Closed]);
        }
    }

    private static (string Name, byte[] Body) Mutate(byte[] body, Random random)
    {
        var at = random.Next(body.Length);
        switch (random.Next(4))
        {
            case 0:
                return ($"cut at {at}", body[..at]);
            case 1:
                body[at] ^= (byte)(1 << random.Next(8));
                return ($"a bit of byte {at} flipped", body);
            case 2:
                return ($"byte {at} doubled", [.. body[..at], body[at], .. body[at..]]);
            default:
                return ($"noise at {at}", [.. body[..at], (byte)random.Next(256), (byte)random.Next(256), .. body[at..]]);
        }
    }

    private static byte[] Large(int bytes)
    {
        var body = new byte[bytes];
        Array.Fill(body, (byte)' ');
        return body;
    }

    private static HostileMove Move(string path, string name, byte[] body, IReadOnlyList<int> statuses) => new(Family, $"POST {path}: {name}", (targets, cancellationToken) =>
    {
        var server = path.StartsWith("/v1/feeds", StringComparison.Ordinal) || path.StartsWith("/v1/content:", StringComparison.Ordinal) ? targets.Feeds : targets.Ingest;
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return targets.Http.ExpectAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(server, path)) { Content = content }, statuses, cancellationToken);
    });
}
