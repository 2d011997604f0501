namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value's placeholder, as in <c>{kafka.connectionString}</c>.</summary>
public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}
