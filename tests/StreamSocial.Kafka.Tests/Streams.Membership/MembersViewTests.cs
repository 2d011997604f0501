using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Kafka.Tests.Streams.Membership;

public sealed class MembersViewTests
{
    private const string Topic = "some-members";

    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task TryGetOwner_MemberReportsThenLeaves_IsKnownThenGone()
    {
        var token = TestContext.Current.CancellationToken;
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic(Topic, 1, 3);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = cluster.BootstrapServers,
            ["Members:SelfMemberId"] = "me",
        });
        builder.AddStreamSocialKafka();
        builder.AddMembersView(Topic);
        using var host = builder.Build();
        await host.StartAsync(token);
        var view = host.Services.GetRequiredService<IMembersView>();
        using var producer = new ProducerBuilder<string, byte[]?>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, Acks = Acks.All }).Build();

        await Report(new Member { MemberId = "me", Endpoint = "http://127.0.0.1:8080", ReportedAt = 1, Topics = { new MemberTopic { Topic = "t", Partitions = { 4 } } } });
        await Until.TrueAsync("member is seen", () => view.TryGetOwner("t", 4, out _), () => $"{view.Current.Members.Count} members", WaitTimeout);
        Assert.True(view.TryGetOwner("t", 4, out var owner));
        Assert.Equal(new PartitionOwner("me", new Uri("http://127.0.0.1:8080"), IsSelf: true), owner);
        Assert.False(view.TryGetOwner("t", 5, out _));

        await Report(null);
        var snapshot = view.Current;
        while (!snapshot.Members.IsEmpty)
            snapshot = await view.WaitForNewerAsync(snapshot.Version, token).WaitAsync(WaitTimeout, token);
        Assert.False(view.TryGetOwner("t", 4, out _));
        await host.StopAsync(token);

        Task Report(Member? member) =>
            producer.ProduceAsync(Topic, new Message<string, byte[]?> { Key = "me", Value = member?.ToByteArray() }, token);
    }
}
