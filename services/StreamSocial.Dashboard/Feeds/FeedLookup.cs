using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamSocial.Events;
using StreamSocial.ServiceDefaults.Http;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Dashboard.Feeds;

/// <summary>Reads a user's feed from the feed generators.</summary>
internal interface IFeedLookup
{
    /// <exception cref="FeedLookupException">No feed generator answers.</exception>
    Task<FeedDocument> ReadAsync(string user, int limit, CancellationToken cancellationToken);
}

/// <summary>Asks the owner of the feed, by the members' own reports; else one that service discovery knows, or any other, which forwards the request.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="members">Knows who owns what.</param>
/// <param name="catalog">Has the number of partitions.</param>
/// <param name="configuration">Says whether service discovery has an address.</param>
/// <param name="time">The dashboard's clock.</param>
internal sealed class FeedLookup(HttpClient http, IMembersView members, TopicCatalog catalog, IConfiguration configuration, TimeProvider time) : IFeedLookup
{
    /// <summary>Name of the service in service discovery.</summary>
    public const string Service = "feed-generator-1";

    private const string AddressKey = $"services:{Service}:http:0";
    private const int MostAsked = 3;

    /// <summary>Most bytes of an answer: the longest texts of as many entries as are asked for, escaped.</summary>
    private const int MostBytes = 64 * 1024 * 1024;

    /// <summary>Longest wait for one of them, which may itself wait for a partition that moves.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public async Task<FeedDocument> ReadAsync(string user, int limit, CancellationToken cancellationToken)
    {
        var partition = KeyPartitioner.PartitionOf(user, catalog[TopicNames.FeedUpdates].Partitions);
        var owner = members.TryGetOwner(TopicNames.FeedUpdates, partition, out var found) ? found : null;
        var reasons = new List<string>();
        foreach (var address in Addresses(owner).Distinct().Take(MostAsked))
        {
            try
            {
                var page = await AskAsync(address, user, limit, cancellationToken);
                return new FeedDocument(
                    user, partition, owner is null ? null : new FeedOwner(owner.MemberId, NameOf(owner.MemberId)), time.GetUtcNow().ToUnixTimeMilliseconds(), page.Entries, page.Next is not null);
            }
            // An unknown character set is told as an invalid operation.
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException or InvalidOperationException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                reasons.Add($"{address.Authority}: {(e is OperationCanceledException ? "no answer in time" : e.Message)}");
            }
        }
        throw reasons.Count == 0
            ? new FeedLookupException(FeedProblems.NoFeedGenerator, $"No feed generator is known: none reports an address, and {AddressKey} is not set.")
            : new FeedLookupException(FeedProblems.FeedGeneratorsFailing, $"No feed generator gave the feed ({string.Join("; ", reasons)}).");
    }

    private IEnumerable<Uri> Addresses(PartitionOwner? owner)
    {
        if (owner?.Endpoint is { } endpoint)
            yield return endpoint;
        // Service discovery would take a service without an address for a host name.
        if (!string.IsNullOrWhiteSpace(configuration[AddressKey]))
            yield return new Uri($"http://{Service}");
        foreach (var member in members.Current.Members.Values)
        {
            if (Uri.TryCreate(member.Endpoint, UriKind.Absolute, out var other))
                yield return other;
        }
    }

    private async Task<FeedAnswer> AskAsync(Uri address, string user, int limit, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Timeout);
        using var response = await http.GetAsync(new Uri(address, $"v1/feeds/{Uri.EscapeDataString(user)}?limit={limit}"), HttpCompletionOption.ResponseHeadersRead, stop.Token);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            throw new HttpRequestException("its partition is moving or being restored");
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MostBytes, stop.Token);
        return await response.Content.ReadFromJsonAsync(FeedJson.Default.FeedAnswer, stop.Token) ?? throw new JsonException("the answer is null");
    }

    private string? NameOf(string memberId) => members.Current.Members.TryGetValue(memberId, out var member) && member.ResourceName.Length > 0 ? member.ResourceName : null;
}

/// <summary>There is nobody to ask: the figures are made up.</summary>
internal sealed class NoFeeds : IFeedLookup
{
    public Task<FeedDocument> ReadAsync(string user, int limit, CancellationToken cancellationToken) =>
        throw new FeedLookupException(FeedProblems.NoFeedGenerator, "The dashboard runs in demo mode: there are no feeds.");
}

/// <summary>A feed is unknown.</summary>
/// <param name="kind">The problem.</param>
/// <param name="message">Why.</param>
internal sealed class FeedLookupException(ProblemKind kind, string message) : Exception(message)
{
    public ProblemKind Kind => kind;
}

/// <summary>What a feed generator answers.</summary>
internal sealed record FeedAnswer([property: JsonRequired] IReadOnlyList<FeedEntryDocument> Entries, string? Next);

/// <summary>The documents as JSON, as the feed generators write them.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(FeedAnswer))]
internal sealed partial class FeedJson : JsonSerializerContext;
