namespace StreamSocial.Compat.Tests;

public class ReferenceExpressionTests
{
    [Fact]
    public async Task GetValueAsync_BeforeTheEndpointIsAllocated_Waits()
    {
        var builder = TestApplication.CreateBuilder();
        var broker = builder.AddShell("broker", "sleep 600").WithEndpoint(port: 4712, targetPort: 4712, scheme: "tcp", name: "kafka", isProxied: false);
        var expression = new ReferenceExpressionBuilder();
        expression.AppendLiteral("{");
        expression.AppendFormatted(broker.GetEndpoint("kafka").Property(EndpointProperty.HostAndPort));
        expression.AppendLiteral("}");

        var value = expression.Build().GetValueAsync(TestContext.Current.CancellationToken);
        Assert.False(value.IsCompleted);
        var endpoint = broker.GetEndpoint("kafka").EndpointAnnotation;
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "127.0.0.1", 4712);

        Assert.Equal("{127.0.0.1:4712}", await value);
    }

    [Fact]
    public void ValueExpression_Interpolated_NamesItsParts()
    {
        var builder = TestApplication.CreateBuilder();
        var brokers = builder.AddConnectionString("brokers", ReferenceExpression.Create($"127.0.0.1:9"));

        Assert.Equal("brokers={brokers.connectionString}", ReferenceExpression.Create($"brokers={brokers}").ValueExpression);
    }
}
