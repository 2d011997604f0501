using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Topics;

public sealed class TopicCatalogTests
{
    [Fact]
    public void Indexer_DeclaredTopic_IsFound() => Assert.Equal(7, new TopicCatalog([Topic("orders", 7), Topic("payments", 1)])["orders"].Partitions);

    [Fact]
    public void Indexer_UnknownTopic_NamesItAndThoseThatAreDeclared()
    {
        var catalog = new TopicCatalog([Topic("payments", 1), Topic("orders", 7)]);
        Assert.Equal("Topic 'nothing' is not declared; the application's topics are orders, payments.", Assert.Throws<KeyNotFoundException>(() => catalog["nothing"]).Message);
        Assert.Contains("catalog is empty", Assert.Throws<KeyNotFoundException>(() => new TopicCatalog([])["nothing"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WrongTopics_SaysWhatIsWrong()
    {
        Assert.Contains("'orders' is declared 2 times", Assert.Throws<ArgumentException>(() => new TopicCatalog([Topic("orders", 7), Topic("orders", 7)])).Message, StringComparison.Ordinal);
        Assert.Contains("'orders' has 0 partitions", Assert.Throws<ArgumentException>(() => new TopicCatalog([Topic("orders", 0)])).Message, StringComparison.Ordinal);
        Assert.Contains("no name", Assert.Throws<ArgumentException>(() => new TopicCatalog([Topic(" ", 1)])).Message, StringComparison.Ordinal);
    }

    private static TopicSpec Topic(string name, int partitions) => new(name, partitions, CleanupPolicy.Delete, TimeSpan.FromDays(1), "of a test");
}
