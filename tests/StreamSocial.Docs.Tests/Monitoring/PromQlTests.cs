namespace StreamSocial.Docs.Tests.Monitoring;

public sealed class PromQlTests
{
    [Theory]
    [InlineData("up", "up")]
    [InlineData("1 - min by (broker) (a)", "a")]
    [InlineData("sum(rate(a_total{topic=\"x\", job!~\"y.*\"}[5m])) by (topic) / on (topic) group_left max(b)", "a_total,b")]
    [InlineData("histogram_quantile(0.99, sum by (le) (rate(a_bucket[1m]))) > 0.5", "a_bucket")]
    [InlineData("(a or label_replace(b, \"k\", \"v\", \"\", \"\")) * -1e3 > bool 0", "a,b")]
    public void MetricsOf_Expressions_AreTheirMetrics(string expression, string metrics) =>
        Assert.Equal(metrics.Split(','), PromQl.MetricsOf(expression).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("sum by topic (a)")]
    [InlineData("a{topic=x}")]
    [InlineData("a[5]")]
    [InlineData("a >")]
    [InlineData("sum(a")]
    [InlineData("sums(a)")]
    [InlineData("a b")]
    public void MetricsOf_NoPromQl_Throws(string expression) => Assert.Throws<FormatException>(() => PromQl.MetricsOf(expression));
}
