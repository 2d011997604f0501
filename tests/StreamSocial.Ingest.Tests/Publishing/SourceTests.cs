using System.Buffers.Binary;
using System.Net;
using System.Text;
using Confluent.Kafka;
using StreamSocial.Events;
using StreamSocial.Topics;

namespace StreamSocial.Ingest.Tests.Publishing;

/// <summary>A source's numbers have no gap: what was refused ends it.</summary>
public class SourceTests
{
    private const short Produce = 0;

    [Fact]
    public async Task Post_AfterARecordWasRefused_BeginsANewSource()
    {
        await using var host = await IngestHost.StartAsync();
        await PostAsync(host, "1", HttpStatusCode.Accepted);
        host.Cluster.FailNextRequests(Produce, ErrorCode.InvalidRecord);
        await PostAsync(host, "2", HttpStatusCode.ServiceUnavailable);
        await PostAsync(host, "3", HttpStatusCode.Accepted);
        await PostAsync(host, "4", HttpStatusCode.Accepted);

        var records = TopicReader.ReadAll(host, TopicNames.UserActions).ConvertAll(record => (
            Id: UserAction.Parser.ParseFrom(record.Message.Value).ActionId,
            Source: Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(RecordHeaders.EdgeSource)),
            Sequence: BinaryPrimitives.ReadInt64BigEndian(record.Message.Headers.GetLastBytes(RecordHeaders.EdgeSequence))));

        Assert.Equal([("1", 1L), ("3", 1L), ("4", 2L)], records.Select(record => (record.Id, record.Sequence)));
        Assert.Equal(2, records.Select(record => record.Source).Distinct().Count());
        Assert.Equal(records[1].Source, records[2].Source);
    }

    private static async Task PostAsync(IngestHost host, string id, HttpStatusCode expected)
    {
        using var response = await host.PostActionsAsync(new { actionId = id, type = "like", userId = "u", contentId = "c" });
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(expected == response.StatusCode && (expected == HttpStatusCode.Accepted || body.Contains("not_delivered", StringComparison.Ordinal)), $"{id}: {(int)response.StatusCode} {body}");
    }
}
