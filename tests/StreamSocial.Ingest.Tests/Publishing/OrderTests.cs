using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using StreamSocial.Events;

namespace StreamSocial.Ingest.Tests.Publishing;

public class OrderTests
{
    private const int Users = 40;
    private const int RequestsPerUser = 15;
    private const int ActionsPerRequest = 7;

    [Fact]
    public async Task Post_ManyClientsAtOnce_EveryAcknowledgedRecordOnceAndInOrderOfItsKeyAndEdge()
    {
        await using var host = await IngestHost.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, Users).Select(user => PostInOrderAsync(host, $"user-{user}")));

        var records = TopicReader.ReadAll(host, TopicNames.UserActions);
        Assert.Equal(Users * RequestsPerUser * ActionsPerRequest, records.Count);
        foreach (var ofUser in records.Select(record => UserAction.Parser.ParseFrom(record.Message.Value)).GroupBy(action => action.UserId))
        {
            Assert.Equal(
                Enumerable.Range(0, RequestsPerUser * ActionsPerRequest),
                ofUser.Select(action => int.Parse(action.ActionId, CultureInfo.InvariantCulture)));
        }

        foreach (var ofPartition in records.GroupBy(record => record.Partition.Value))
        {
            Assert.Equal(
                Enumerable.Range(1, ofPartition.Count()).Select(i => (long)i),
                ofPartition.Select(record => BinaryPrimitives.ReadInt64BigEndian(record.Message.Headers.GetLastBytes("edge-sequence"))));
        }
    }

    private static async Task PostInOrderAsync(IngestHost host, string user)
    {
        for (var request = 0; request < RequestsPerUser; request++)
        {
            using var response = await host.PostActionsAsync([.. Enumerable.Range(request * ActionsPerRequest, ActionsPerRequest)
                .Select(i => new { actionId = i.ToString(CultureInfo.InvariantCulture), type = "like", userId = user, contentId = "c" })]);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }
    }
}
