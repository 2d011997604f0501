using System.Net;
using System.Net.Sockets;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Hosting.Kafka.Sources;

namespace StreamSocial.Unit.Tests.Hosting.Kafka.Processes;

public sealed class KraftConfigurationTests
{
    [Fact]
    public void Server_OneOfThree_KnowsTheQuorumAndItsOwnPorts()
    {
        var nodes = Enumerable.Range(1, 3).Select(id => new KraftNode(id, 9000 + id, 9100 + id, $"/k/{id}")).ToArray();
        var lines = KraftConfiguration.Server(nodes[1], nodes, processors: 8, partitions: 300).Split('\n').ToHashSet();
        Assert.Contains("node.id=2", lines);
        Assert.Contains("controller.quorum.voters=1@127.0.0.1:9101,2@127.0.0.1:9102,3@127.0.0.1:9103", lines);
        Assert.Contains("listeners=PLAINTEXT://127.0.0.1:9002,CONTROLLER://127.0.0.1:9102", lines);
        Assert.Contains("default.replication.factor=3", lines);
        Assert.Contains("min.insync.replicas=2", lines);
        Assert.All(lines, line => Assert.False(line.StartsWith(' '), line));
    }

    /// <summary>Java reads the file as ISO-8859-1.</summary>
    [Fact]
    public void Server_DirectoryWithOtherLetters_IsEscapedAsJavaReadsIt()
    {
        var node = new KraftNode(1, 9001, 9101, "/k/Jürgen €");
        Assert.Contains(@"log.dirs=/k/J\u00FCrgen \u20AC/data", KraftConfiguration.Server(node, [node], processors: 8, partitions: 300).Split('\n'));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public void Shared_FewerThanTwoProcessorsANode_FetchesLessOften(int processors, bool expected) =>
        Assert.Equal(expected, KraftConfiguration.Shared(nodes: 3, processors, partitions: 300).ContainsKey("replica.fetch.wait.max.ms"));

    [Theory]
    [InlineData(0, "15")]
    [InlineData(300, "15")]
    [InlineData(700, "35")]
    [InlineData(5000, "50")]
    [InlineData(null, "50")]
    public void Shared_MorePartitions_FollowersWaitLonger(int? partitions, string expected) =>
        Assert.Equal(expected, KraftConfiguration.Shared(nodes: 3, processors: 2, partitions)["replica.fetch.wait.max.ms"]);

    [Fact]
    public void ClusterId_AnyGuid_IsTwentyTwoCharactersKafkaTakes()
    {
        for (var i = 0; i < 200; i++)
            Assert.Matches("^[A-Za-z0-9_]{22}$", KraftConfiguration.ClusterId(Guid.NewGuid()));
    }

    [Fact]
    public void Create_PortInUse_NamesItAndTheOption()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var error = Assert.Throws<KafkaSourceException>(() => KraftClusterLayout.Create("/kafka", "/data", port));
        Assert.StartsWith($"Port {port} is in use", error.Message, StringComparison.Ordinal);
        Assert.Contains("Kafka:FirstPort", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openjdk version \"17.0.15\" 2025-04-15", null)]
    [InlineData("openjdk version \"25\" 2025-09-16", null)]
    [InlineData("java version \"1.8.0_402\"", "is Java 8")]
    [InlineData("openjdk version \"11.0.2\" 2019-01-15", "is Java 11")]
    [InlineData("no such thing", "names no version")]
    public void Check_JavaVersion_SeventeenOrLater(string output, string? problem)
    {
        if (problem is null)
            Assert.Null(JavaRuntime.Check(output, "java"));
        else
            Assert.Contains(problem, JavaRuntime.Check(output, "java"), StringComparison.Ordinal);
    }

    [Fact]
    public void FindProblem_NoJavaOrNoKafka_SaysWhatToSet()
    {
        Assert.Contains("set JAVA_HOME or PATH", JavaRuntime.FindProblem("/nowhere/bin/java"), StringComparison.Ordinal);
        Assert.Contains("no directory libs", KafkaHome.FindProblem("/nowhere"), StringComparison.Ordinal);
    }
}
